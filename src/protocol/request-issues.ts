import { limits } from './limits.ts';

/** What the checks of request bodies say to a person, by the `reason` that tells it apart. */
export const issueSentences = {
  prompt_blank: 'Write what you would like to build.',
  prompt_too_long: `A prompt may have ${limits.promptChars} characters.`,
  name_blank: 'Write a name.',
  time_ahead: 'A prompt can be set at most 60 days ahead.',
  host_name: 'Give a host by its name, such as api.example.com: no address of numbers, no port, no path.',
  host_private: 'Only hosts of the public internet can be opened.',
  hosts_many: 'At most 20 hosts can be opened.',
  key_blank: 'Paste the key.',
  key_form: 'A key is one word of plain letters, digits and signs.',
} as const;
export type IssueReason = keyof typeof issueSentences;

/** `too_long` where a text or a list is, `issues` for what only a program gets wrong. */
export function issueReasonOf({
  message,
  type,
}: {
  message: string;
  type: string;
}): IssueReason | 'too_long' | 'issues' {
  const reasons = Object.keys(issueSentences) as IssueReason[];
  return (
    reasons.find((reason) => issueSentences[reason] === message) ?? (type === 'max_length' ? 'too_long' : 'issues')
  );
}
