import { expect, it } from 'vitest';
import { addressNetwork, isLoopback } from '../../src/operator/address-network.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7 ', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::5:6:7:8:9', '2001:db8:0:5::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('takes %s for the network %s', (address, network) => {
  expect(addressNetwork(address)).toBe(network);
});

it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('knows %s as this machine', (address) => {
  expect(isLoopback(address)).toBe(true);
});

it.each(['128.0.0.1', '203.0.113.127', '::2', '2001:db8::1', 'localhost', '', '127.0.0.1.example'])(
  'knows %j as another machine',
  (address) => {
    expect(isLoopback(address)).toBe(false);
  },
);
