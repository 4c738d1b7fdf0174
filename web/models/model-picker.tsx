import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ModelEntry } from '../../src/protocol/resources.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';

const words = strings.models;

interface ModelOptionProps {
  model: ModelEntry;
  isCurrent: boolean;
  onChoose(): void;
}

function ModelOption({ model, isCurrent, onChoose }: ModelOptionProps) {
  const { account } = useApp();
  const { name, allowed, price } = model;
  return (
    <li>
      <button type="button" class="model" aria-pressed={isCurrent} disabled={!allowed} onClick={onChoose}>
        <span class="model-name">{name}</span>
        {isCurrent && <span class="model-note">{words.current}</span>}
        {!allowed && <span class="model-note">{account.value?.connection ? words.notOwned : words.notAllowed}</span>}
        <span class="model-price">{price ? words.price(price.input, price.output) : words.noPrice}</span>
      </button>
    </li>
  );
}

/** A dialog to choose the model of the next turns, with prices. */
export function ModelPicker({ project, onClose }: { project: Project; onClose(): void }) {
  const { account, api, openDialog, refused, toasts } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const failure = useSignal<ApiError | null>(null);
  const models = useFetched(api.models, project.id);
  useEffect(() => dialog.current?.showModal(), []);

  const choose = async ({ id, name }: ModelEntry) => {
    failure.value = null;
    try {
      await project.chooseModel(id);
      dialog.current?.close();
      toasts.show(words.chosen(name));
    } catch (error) {
      failure.value = toApiError(error);
    }
  };
  const connect = () => {
    dialog.current?.close();
    refused.value = null;
    openDialog.value = 'payer';
  };
  const problem = failure.value ?? (models.state === 'failed' ? models.error : null);

  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="models-heading" onClose={onClose}>
      <h2 id="models-heading">{words.heading}</h2>
      <p>{words.lead}</p>
      {models.state === 'loading' && <p role="status">{words.loading}</p>}
      {models.state === 'there' && (
        <ul class="models">
          {models.value.map((model) => (
            <ModelOption
              key={model.id}
              model={model}
              isCurrent={model.id === project.detail.value?.model}
              onChoose={() => void choose(model)}
            />
          ))}
        </ul>
      )}
      {problem && <ErrorNotice error={problem} />}
      {models.state === 'there' && !account.value?.connection && models.value.some(({ allowed }) => !allowed) && (
        <p>
          <button type="button" class="text-button" onClick={connect}>
            {words.connect}
          </button>
        </p>
      )}
      <p class="quiet">{words.cache}</p>
      <form method="dialog">
        <button type="submit" class="button">
          {strings.close}
        </button>
      </form>
    </dialog>
  );
}
