import type { AddressInfo } from 'node:net'
import { createImageServer } from '#lib/media/http/image-server.ts'
import { imageFiles } from '#lib/media/image-files.ts'
import { permits } from '#lib/media/permits.ts'
import { linkOf, sourceOf } from '#lib/media/testing/links.ts'

/** Our image server in a process of its own, with one link in memory: FOLDER IMAGE-ID TOKEN BYTES. Prints its port. Counts are taken once a second, as in the depot. */
const [folder = '', imageId = '', token = '', bytes = ''] = process.argv.slice(2)
const links = permits(sourceOf([{ token, link: linkOf({ imageId, bytes: Number(bytes) }) }]))
const server = createImageServer({ permits: links, files: imageFiles(folder), proof: 'bench', complain: (text) => console.error(text) })
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
setInterval(() => void links.flush(), 1_000)
