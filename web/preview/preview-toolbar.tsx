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
import { entry } from '../strings/formats/entry.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { DeviceSizeMenu } from './device-size-menu.tsx';
import { OpenOnPhoneDialog } from './open-on-phone-dialog.tsx';
import { PreviewAddress } from './preview-address.tsx';
import type { PreviewController } from './preview-controller.ts';
import type { ViewState } from './view-state.ts';

const words = strings.sheet;

interface Props {
  project: Project;
  controller: PreviewController;
  viewState: ViewState;
}

interface PickButtonProps {
  project: Project;
  controller: PreviewController;
  disabled: boolean;
}

/** Starts and ends element picking. The focus moves into the preview, and returns here if picking ends without a choice. */
function PickButton({ project, controller, disabled }: PickButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isPicking = controller.isPicking.value;
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
        controller.pick(!isPicking);
      }}
    >
      <Icon node={MousePointerClick} />
    </button>
  );
}

/** Navigation, address, element picking, device size and further actions for the previewed app. */
export function PreviewToolbar({ project, controller, viewState }: Props) {
  const { api } = useApp();
  const showsPhoneDialog = useSignal(false);
  const url = project.previewUrl.value;
  const hasApp = controller.revision.value > 0 && url !== null;
  const version = viewState.looking.value;
  const address = hasApp && url !== null ? controller.address(url, version) : null;
  const noContainerReason = project.detail.value?.sandbox.why ?? null;
  return (
    <fieldset class="toolbar" aria-label={words.tools}>
      <IconButton
        node={ArrowLeft}
        name={words.back}
        disabled={!hasApp || !controller.canGoBack.value}
        onClick={() => controller.navigate('back')}
      />
      <IconButton
        node={ArrowRight}
        name={words.forward}
        disabled={!hasApp || !controller.canGoForward.value}
        onClick={() => controller.navigate('forward')}
      />
      <IconButton node={RotateCw} name={words.reload} disabled={!hasApp} onClick={() => controller.reload()} />
      <PreviewAddress controller={controller} url={address} />
      <PickButton controller={controller} project={project} disabled={!hasApp || version !== null} />
      <DeviceSizeMenu viewState={viewState} disabled={!hasApp} />
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
                    showsPhoneDialog.value = true;
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
            {noContainerReason !== null && (
              <p class="menu-note">
                {strings.container.none}{' '}
                {entry(strings.container.noneWhy, noContainerReason) ?? <span lang="en">{noContainerReason}</span>}
              </p>
            )}
          </div>
        )}
      </Menu>
      {showsPhoneDialog.value && address !== null && (
        <OpenOnPhoneDialog
          address={address}
          onClose={() => {
            showsPhoneDialog.value = false;
          }}
        />
      )}
    </fieldset>
  );
}
