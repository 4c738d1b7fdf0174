/** Levenshtein distance: insertions, deletions and replacements between two words; any larger number where it is above `max`. */
function editDistance(a: string, b: string, max = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > max) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).toLowerCase();

const withoutExtension = (name: string): string => name.replace(/\.[^.]*$/, '');

/** Existing paths that a missing one could mean: the same name in another folder, another extension, a typing error. Best first. */
export function similarPaths(path: string, existing: readonly string[], maxResults = 3): string[] {
  const name = fileName(path);
  const maxNameDistance = 1 + Math.max(1, Math.floor(name.length / 4));
  return existing
    .map((candidate) => {
      const other = fileName(candidate);
      return {
        candidate,
        names:
          other === name
            ? 0
            : withoutExtension(other) === withoutExtension(name)
              ? 1
              : 1 + editDistance(other, name, maxNameDistance),
      };
    })
    .filter(({ names }) => names <= maxNameDistance)
    .map(({ candidate, names }) => ({
      candidate,
      score: names * 1000 + editDistance(candidate.toLowerCase(), path.toLowerCase()),
    }))
    .sort((a, b) => a.score - b.score)
    .slice(0, maxResults)
    .map(({ candidate }) => candidate);
}
