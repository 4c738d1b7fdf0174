/**
 * The network that an address stands for when visitors are counted: an IPv4 address itself, the /64 of an IPv6 address
 * (one household), the IPv4 address inside an IPv4-mapped one (RFC 4291, 2.5.5.2).
 */
export function addressNetwork(address: string): string {
  const text = address.trim().toLowerCase();
  if (!text.includes(':')) return text;
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = text.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after].map(
    (group) => Number.parseInt(group, 16) || 0,
  );
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** Whether an address is this machine's own (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(address: string): boolean {
  const text = address.trim().toLowerCase();
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(text) || text === '::1';
}
