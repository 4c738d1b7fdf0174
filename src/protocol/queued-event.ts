import * as v from 'valibot';

/** The prompts that wait, in their order. */
export const QueuedEvent = v.looseObject({
  items: v.array(
    v.looseObject({
      id: v.string(),
      prompt: v.string(),
      /** As in `turn_started`. */
      mode: v.optional(v.string()),
      /** Paths of the files attached to the prompt; absent where there are none. */
      attachments: v.optional(v.array(v.string())),
      /** UNIX milliseconds before which the prompt does not start; absent where it starts once it is first in the queue. */
      notBefore: v.optional(v.number()),
      /** `credits`: the prompt starts as soon as there are some; they come by themselves at `notBefore`. An open set. */
      waitsFor: v.optional(v.string()),
    }),
  ),
  /** The server's time when the event was made, UNIX milliseconds. Absent in events that earlier releases stored. */
  now: v.optional(v.number()),
});
