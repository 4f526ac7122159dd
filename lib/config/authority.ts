import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from './environment.ts'

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates (PEM) of the site's authority for BMCs, if it has one. Throws a ConfigError for a file that holds no certificate of an authority. */
export async function readAuthority(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`BMC_CA: ${path} cannot be read (${error.code})`)
  })
  const certificates = text.match(block) ?? []
  if (certificates.length === 0) throw new ConfigError(`BMC_CA: ${path} holds no certificate in PEM form`)
  for (const pem of certificates) {
    if (!isAuthority(pem)) throw new ConfigError(`BMC_CA: ${path} holds a certificate that is not an authority's`)
  }
  return certificates.join('\n')
}

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca
  } catch {
    return false
  }
}
