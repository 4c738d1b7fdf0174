import { FileText, X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { limits } from '../../src/protocol/limits.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import type { Attachment, Refusal } from './attachment.ts';
import type { Attachments } from './attachments.ts';
import { imageNames, maxAttachments } from './file-kinds.ts';

const words = strings.attachments;

function refusalText(refusal: Refusal): string {
  switch (refusal.why) {
    case 'type':
      return words.refusedType(refusal.name, imageNames);
    case 'binary':
      return words.refusedBinary(refusal.name);
    case 'image':
      return words.refusedImage(refusal.name);
    case 'empty':
      return words.refusedEmpty(refusal.name);
    case 'size':
      return words.refusedSize(refusal.name, refusal.bytes, limits.fileBytes);
    case 'count':
      return words.refusedCount(maxAttachments);
  }
}

function stateText({ state, share, scaled, content }: Attachment): string {
  if (state === 'preparing') return words.preparing;
  if (state === 'uploading') return words.uploading(share);
  if (state === 'failed') return words.failed;
  const size = words.size(content?.size ?? 0);
  return scaled ? `${size}. ${words.scaled(scaled.width, scaled.height)}` : size;
}

function Thumbnail({ content }: { content: Blob }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const address = URL.createObjectURL(content);
    if (image.current) image.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [content]);
  return <img ref={image} class="attachment-picture" alt="" />;
}

function Item({ item, onRemove }: { item: Attachment; onRemove(): void }) {
  const { name, kind, content, state, share } = item;
  return (
    <li class={`attachment is-${state}`}>
      {kind === 'image' && content ? <Thumbnail content={content} /> : <Icon node={FileText} />}
      <span class="attachment-words">
        <span class="attachment-name">{name}</span>
        <span class="quiet">{stateText(item)}</span>
      </span>
      {state === 'uploading' && <progress class="attachment-share" value={share} max={1} aria-label={name} />}
      <IconButton node={X} name={words.remove(name)} disabled={state === 'uploading'} onClick={onRemove} />
    </li>
  );
}

/** The attached files, and the reasons why others were refused. */
export function AttachmentItems({ attachments, focusId }: { attachments: Attachments; focusId: string }) {
  const items = attachments.items.value;
  const refusals = attachments.refusals.value;
  return (
    <>
      {refusals.length > 0 && (
        <div class="refusals" role="alert">
          {refusals.map((refusal) => (
            <p key={refusalText(refusal)}>{refusalText(refusal)}</p>
          ))}
        </div>
      )}
      {items.length > 0 && (
        <ul class="attachments" aria-label={words.list}>
          {items.map((item) => (
            <Item
              key={item.id}
              item={item}
              onRemove={() => {
                // The button has the focus and goes away with its file.
                document.getElementById(focusId)?.focus();
                attachments.remove(item.id);
              }}
            />
          ))}
        </ul>
      )}
    </>
  );
}
