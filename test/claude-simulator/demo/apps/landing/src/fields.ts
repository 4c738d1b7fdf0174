export interface Field {
  name: string;
  label: string;
}

/** What the order form asks for. The first is the address for the confirmation. */
export const fields: Field[] = [{ name: 'email', label: 'Email' }];
