import { expect, it } from 'vitest'
import { parseShare } from './share.ts'

it.each([
  ['nfs://10.0.0.5/export/iso/debian.iso', { protocol: 'nfs', host: '10.0.0.5', url: 'nfs://10.0.0.5/export/iso/debian.iso', file: 'debian.iso' }],
  ['SMB://Files.lab/isos/rocky-9.img', { protocol: 'cifs', url: 'cifs://files.lab/isos/rocky-9.img', file: 'rocky-9.img' }],
  ['http://10.0.0.5:8080/i/x.ISO', { protocol: 'http', url: 'http://10.0.0.5:8080/i/x.ISO' }],
])('%s', (text, share) => {
  expect(parseShare(text)).toMatchObject(share)
})

it.each([
  ['http://user:word@10.0.0.5/i/x.iso', /user or password/],
  ['http://10.0.0.5/x.iso', /one folder at least/],
  ['http://10.0.0.5/i/x.iso?a=b', /not like/],
  ['http://10.0.0.5/i/x.iso#a', /not like/],
  ['http://10.0.0.5/i/%2e%2e/x.iso', /not like/],
  ['http://10.0.0.5/i/../x.iso', /in its path/],
  ['http://10.0.0.5:0/i/x.iso', /no port 0/],
  ['http://10.0.0.5:70000/i/x.iso', /no port 70000/],
  ['file:///etc/x.iso', /not like/],
  ['ftp://10.0.0.5/i/x.iso', /not like/],
  ['//10.0.0.5/i/x.iso', /not like/],
  ['http://[::1]/i/x.iso', /not like/],
  ['http://10.0.0.5/i/a b.iso', /not like/],
  ['http://10.0.0.5/i/x.exe', /not like/],
  ['http://10.0.0.5/i/x.iso\n', /not like/],
  [`http://10.0.0.5/${'a'.repeat(300)}/x.iso`, /longer than 300/],
])('is not %j', (text, why) => {
  expect(parseShare(text)).toMatchObject({ why: expect.stringMatching(why) })
})
