import { CreditsPanel } from '../credits/credits-panel.tsx';
import { strings } from '../strings/strings.ts';
import { AccountSection } from './account-section.tsx';

/** The credits of the account; loaded where it has any. @param total credits */
export function CreditsSection({ total }: { total: number }) {
  return (
    <AccountSection heading={strings.creditPage.heading} isWide>
      <CreditsPanel total={total} />
    </AccountSection>
  );
}
