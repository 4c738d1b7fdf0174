import type { ListedModel } from '../../claude/fetch-models.ts';
import { catalogueId, defaultModel, modelOf, models } from '../../claude/model-catalogue.ts';
import type { ModelEntry } from '../../protocol/resources.ts';

/** Whether a model is on an account's list, under its own id or its id in the catalogue. */
export function isOwnModel(own: readonly ListedModel[], model: string): boolean {
  const known = catalogueId(model);
  return own.some(({ id }) => id === model || (known !== null && catalogueId(id) === known));
}

/**
 * The models that can be chosen with a connected account: the catalogue, then the account's other models.
 *
 * @param own models of the connected account; null if its list is unknown
 */
export function connectedModels(own: readonly ListedModel[] | null): ModelEntry[] {
  const offered = catalogue((id) => own === null || isOwnModel(own, id));
  const others = (own ?? []).filter(({ id }) => catalogueId(id) === null);
  return [
    ...offered,
    ...others.map(({ id, name }) => {
      const { contextWindow } = modelOf(id);
      return { id, name, allowed: true, price: null, contextWindow };
    }),
  ];
}

/** The models that are shown if the operator pays: only the default one is allowed. */
export const sharedModels: readonly ModelEntry[] = catalogue((id) => id === defaultModel);

/** The models that are shown if credits pay. */
export const creditModels = (allows: (id: string) => boolean): ModelEntry[] => catalogue(allows);

function catalogue(allowed: (id: string) => boolean): ModelEntry[] {
  return models.map(({ id, name, price: { input, output, cacheRead, cacheWrite }, contextWindow }) => ({
    id,
    name,
    allowed: allowed(id),
    price: { input, output, cacheRead, cacheWrite },
    contextWindow,
  }));
}
