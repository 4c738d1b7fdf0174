import type { ClaudeCredential } from '../claude/client.ts';
import type { ConnectionDetail } from '../protocol/resources.ts';
import type { Reply } from '../session/reply.ts';
import type { OwnModel } from './model-list.ts';
export class ConnectionKeeper {
  readonly exists: boolean = false;
  detail(): ConnectionDetail | null {
    return null;
  }
  async credential(): Promise<Reply<{ credential: ClaudeCredential }>> {
    throw new Error('none');
  }
  async renew(_refused: ClaudeCredential): Promise<Reply<{ credential: ClaudeCredential }>> {
    throw new Error('none');
  }
  async models(): Promise<OwnModel[] | null> {
    return null;
  }
}
