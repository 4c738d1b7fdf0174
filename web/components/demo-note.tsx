import { account } from '../app.ts';
import { strings } from '../strings.ts';

export function DemoNote() {
  return account.value?.demo ? <p class="demo-note">{strings.demo}</p> : null;
}
