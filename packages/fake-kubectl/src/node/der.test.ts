import { expect, test } from 'vitest'
import { integer } from './der.ts'

// X.690 §8.3.2: the first nine bits of an integer are neither all zero nor all one.
test.each([
  [[2], '020102'],
  [[0x80], '02020080'],
  [[0, 0x7f], '02017f'],
  [[0, 0, 0x80, 1], '0203008001'],
  [[0, 0], '020100'],
])('the integer of bytes %j is %s', (bytes, hex) => {
  expect(Buffer.from(integer(Uint8Array.from(bytes))).toString('hex')).toBe(hex)
})
