import { useSignal } from '@preact/signals';
import {
  ArrowLeft,
  ArrowRight,
  Download,
  Ellipsis,
  ExternalLink,
  MousePointerClick,
  RotateCw,
  Smartphone,
} from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../app.ts';
import type { Desk } from '../state/desk.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { Icon } from './icon.tsx';
import { IconButton } from './icon-button.tsx';
import { SheetAddress } from './sheet-address.tsx';
import { SheetMenu } from './sheet-menu.tsx';
import { SheetPhone } from './sheet-phone.tsx';
import { SheetSize } from './sheet-size.tsx';
import type { StageHost } from './stage-host.ts';

const words = strings.sheet;

interface Props {
  project: Project;
  host: StageHost;
  desk: Desk;
}

/** Begins pointing. The focus goes into the preview, and comes back when the visitor has left it without picking. */
function PickButton({ host, project, disabled }: { host: StageHost; project: Project; disabled: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  const isPicking = host.isPicking.value;
  const wasPicking = useRef(false);
  useEffect(() => {
    if (wasPicking.current && !isPicking && project.picked.peek() === null) button.current?.focus();
    wasPicking.current = isPicking;
  }, [isPicking, project]);
  return (
    <button
      type="button"
      ref={button}
      class="icon-button"
      aria-label={words.pick}
      title={words.pick}
      aria-pressed={isPicking}
      disabled={disabled}
      onClick={() => {
        if (!isPicking) project.picked.value = null;
        host.pick(!isPicking);
      }}
    >
      <Icon node={MousePointerClick} />
    </button>
  );
}

/** What can be done with the app on the sheet. */
export function SheetToolbar({ project, host, desk }: Props) {
  const showsPhone = useSignal(false);
  const url = project.previewUrl.value;
  const hasApp = host.revision.value > 0 && url !== null;
  const version = desk.looking.value;
  const address = hasApp && url !== null ? host.address(url, version) : null;
  const whyNoContainer = project.detail.value?.sandbox.why ?? null;
  return (
    <fieldset class="toolbar" aria-label={words.tools}>
      <IconButton
        node={ArrowLeft}
        name={words.back}
        disabled={!hasApp || !host.canGoBack.value}
        onClick={() => host.navigate('back')}
      />
      <IconButton
        node={ArrowRight}
        name={words.forward}
        disabled={!hasApp || !host.canGoForward.value}
        onClick={() => host.navigate('forward')}
      />
      <IconButton node={RotateCw} name={words.reload} disabled={!hasApp} onClick={() => host.reload()} />
      <SheetAddress host={host} url={address} />
      <PickButton host={host} project={project} disabled={!hasApp || version !== null} />
      <SheetSize desk={desk} disabled={!hasApp} />
      <SheetMenu node={Ellipsis} name={words.more}>
        {(close) => (
          <div class="menu-group">
            {address !== null && (
              <>
                <a class="menu-item" href={address} target="_blank" rel="noopener noreferrer" onClick={close}>
                  <Icon node={ExternalLink} />
                  {words.open}
                </a>
                <button
                  type="button"
                  class="menu-item"
                  onClick={() => {
                    close();
                    showsPhone.value = true;
                  }}
                >
                  <Icon node={Smartphone} />
                  {words.phone}
                </button>
              </>
            )}
            <a class="menu-item" href={api.exportUrl(project.id)} download onClick={close}>
              <Icon node={Download} />
              {words.zip}
            </a>
            {whyNoContainer !== null && (
              <p class="menu-note">
                {strings.container.none} {whyNoContainer}
              </p>
            )}
          </div>
        )}
      </SheetMenu>
      {showsPhone.value && address !== null && (
        <SheetPhone
          address={address}
          onClose={() => {
            showsPhone.value = false;
          }}
        />
      )}
    </fieldset>
  );
}
