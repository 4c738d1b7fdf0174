export interface Moment {
  name: string;
  /** What is shown once it is answered. */
  when: string;
  /** For comparing; negative is BC. */
  year: number;
}

export interface Question {
  pair: [Moment, Moment];
  note: string;
}

export const questions: Question[] = [
  {
    pair: [
      { name: 'the first telephone patent', when: '1876', year: 1876 },
      { name: 'the first fax patent', when: '1843', year: 1843 },
    ],
    note: 'Alexander Bain’s “electric printing telegraph” sent pictures 33 years before Bell sent his voice.',
  },
  {
    pair: [
      { name: 'teaching at Oxford', when: 'by 1096', year: 1096 },
      { name: 'the founding of Tenochtitlan', when: '1325', year: 1325 },
    ],
    note: 'Oxford had students more than two centuries before the Aztecs built their capital.',
  },
  {
    pair: [
      { name: 'the can opener', when: '1855', year: 1855 },
      { name: 'the tin can', when: '1810', year: 1810 },
    ],
    note: 'For 45 years people used a hammer and a chisel.',
  },
  {
    pair: [
      { name: 'sharks', when: 'over 400 million years ago', year: -420_000_000 },
      { name: 'trees', when: 'about 385 million years ago', year: -385_000_000 },
    ],
    note: 'Sharks swam past coasts that had no forests yet.',
  },
  {
    pair: [
      { name: 'the last woolly mammoths', when: 'about 2000 BC', year: -2000 },
      { name: 'the Great Pyramid', when: 'about 2560 BC', year: -2560 },
    ],
    note: 'A few mammoths lived on Wrangel Island for centuries after the pyramid was finished.',
  },
  {
    pair: [
      { name: 'the cigarette lighter', when: '1823', year: 1823 },
      { name: 'the friction match', when: '1826', year: 1826 },
    ],
    note: 'Döbereiner’s lighter burned hydrogen. John Walker sold his first matches three years later.',
  },
  {
    pair: [
      { name: 'the last guillotining in France', when: 'September 1977', year: 1977.7 },
      { name: 'Star Wars in the cinema', when: 'May 1977', year: 1977.4 },
    ],
    note: 'By four months.',
  },
  {
    pair: [
      { name: 'Harvard', when: '1636', year: 1636 },
      { name: 'Newton’s laws of motion', when: '1687', year: 1687 },
    ],
    note: 'The college’s first classes could not have been taught them.',
  },
];
