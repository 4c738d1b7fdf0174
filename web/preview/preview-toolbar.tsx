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
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { DeviceSize } from './device-size.tsx';
import { PhoneCode } from './phone-code.tsx';
import { PreviewAddress } from './preview-address.tsx';
import type { PreviewController } from './preview-controller.ts';
import type { ViewState } from './view-state.ts';

const words = strings.sheet;

interface Props {
  project: Project;
  host: PreviewController;
  desk: ViewState;
}

/** Begins pointing. The focus goes into the preview, and comes back when the visitor has left it without picking. */
function PickButton({ host, project, disabled }: { host: PreviewController; project: Project; disabled: boolean }) {
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
export function PreviewToolbar({ project, host, desk }: Props) {
  const { api } = useApp();
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
      <PreviewAddress host={host} url={address} />
      <PickButton host={host} project={project} disabled={!hasApp || version !== null} />
      <DeviceSize desk={desk} disabled={!hasApp} />
      <Menu node={Ellipsis} name={words.more}>
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
      </Menu>
      {showsPhone.value && address !== null && (
        <PhoneCode
          address={address}
          onClose={() => {
            showsPhone.value = false;
          }}
        />
      )}
    </fieldset>
  );
}
