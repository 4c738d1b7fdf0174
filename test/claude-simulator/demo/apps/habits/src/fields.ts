export interface Field {
  name: string;
  label: string;
}

/** What the form asks for. The first is the habit itself. */
export const fields: Field[] = [{ name: 'habit', label: 'Habit' }];
