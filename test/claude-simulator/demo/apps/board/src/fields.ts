export interface Field {
  name: string;
  label: string;
}

/** What a note is made of. The first is its heading. */
export const fields: Field[] = [{ name: 'heading', label: 'Note' }];
