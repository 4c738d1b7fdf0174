import { formatsOf } from '../formats/formats.ts';
import { spendingWords } from './spending.ts';

const { day, number, plural } = formatsOf('en');
const { credits } = spendingWords.spending;

const states: Record<string, string> = {
  submitted: 'Waiting for a decision',
  confirmed: 'Confirmed',
  declined: 'Declined',
  restored: 'Restored',
};

const previews: Record<string, string> = { ready: 'Shows the app', error: 'Has problems', unknown: 'Not looked at' };

/** Words of reviews of high usage, feedback and plan enquiries. */
export const reviewWords = {
  reviews: {
    heading: 'Reviews and feedback',
    loading: 'Looking up your reviews …',
    failed: 'Your reviews could not be listed.',
    none: 'You have asked for no review. “This cost too much” on a receipt begins one.',
    states,
    asked: (at: number) => `Asked on ${day(at)}`,
    due: (at: number) => `Decided by ${day(at)} at the latest`,
    restored: (amount: number) => `${credits(amount)} restored`,
    cost: (amount: number) => `Cost: ${credits(amount)}`,
    dialog: 'This cost too much',
    lead: 'The server looks at what went wrong. A clear fault of ours is restored at once; all else is looked at by a person.',
    preparing: 'Gathering what is known …',
    notPrepared: 'What is known of this project could not be gathered.',
    project: 'Project',
    model: 'Model',
    preview: 'Preview',
    previews,
    conversation: 'Conversation',
    size: (messages: number, tokens: number) =>
      `${plural(messages, { one: 'message', other: 'messages' })}, ${number(tokens)} tokens`,
    task: 'What were you trying to do?',
    contact: 'Where may we answer? (optional)',
    ask: 'Ask for a review',
    resultRestored: (amount: number) => `That was our fault. ${credits(amount)} are back in your balance.`,
    resultWaits: (at: number) => `Your review is under way. You have a decision by ${day(at)} at the latest.`,
    tips: 'What costs less here',
    tip: {
      start_fresh: (percent: number) => `${number(percent)} percent of the cost was reading the conversation again.`,
      smaller_model: 'Small changes cost less with a small model.',
      describe_differently: 'Claude went in circles: undo, and describe what you want in another way.',
      check_preview: 'The preview had problems: look at it, and tell Claude what you see.',
      attach_less: 'Every attached file is read in each step: attach fewer.',
      ask_first: 'One change at a time, named with its place, needs the fewest steps.',
    },
    startFresh: 'Start fresh',
    useSmall: 'Use Haiku',
    smallUsed: 'The next turns use Haiku.',
    askAbout: (title: string) => `Ask about the newest turn of ${title}`,
    mail: 'Write an e-mail instead',
    feedback: 'Send feedback',
    kind: 'What is it?',
    kinds: { feedback: 'Feedback', bug: 'Something is broken', build: 'Something I have built' },
    text: 'Your message',
    send: 'Send',
    sent: 'Thank you. Your message has arrived.',
    enquiry: 'Ask for a plan of your own',
    members: 'People (optional)',
    budget: 'Dollars a month (optional)',
    needs: 'What do you need?',
  },
};
