import { previewUrl } from '../../preview/preview-host.ts';
import { newId } from '../../protocol/id.ts';
import type { MetaStore } from '../storage/session-meta.ts';
import type { PreviewLabel } from './preview-label.ts';
import type { PreviewReports } from './preview-reports.ts';

type PreviewLabels = DurableObjectNamespace<PreviewLabel>;

/** The URL of a session's preview: the host of its current label, under the scheme of Redraw's own origin. */
export function previewUrlOf(meta: Pick<MetaStore, 'need'>, previewHost: string): string {
  const protocol = new URL(meta.need('origin')).protocol;
  return previewUrl(meta.need('label'), previewHost, protocol);
}

/** Makes a label lead to a session. */
export function pointLabel(labels: PreviewLabels, label: string, session: string): Promise<void> {
  return labels.getByName(label).point(session);
}

/** Replaces the label of a preview with a new random one. The old address answers 404 from then on. */
export async function resetPreviewLabel(
  { meta, preview }: { meta: MetaStore; preview: Pick<PreviewReports, 'reload'> },
  labels: PreviewLabels,
): Promise<void> {
  const old = meta.need('label');
  const label = newId();
  await pointLabel(labels, label, meta.need('id'));
  meta.set({ label });
  await labels.getByName(old).forget();
  preview.reload();
}
