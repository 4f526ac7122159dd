import { findBrowser } from './browser.ts'
import { startProduct } from './product.ts'

/** Starts one demo for all specs. They find it, its claim link and the browser in the environment. Returns the teardown. */
export default async function setup(): Promise<() => Promise<void>> {
  process.env['CHROME_PATH'] = findBrowser()
  const product = await startProduct({ demo: true })
  process.env['BASEBOARD_URL'] = product.url
  process.env['BASEBOARD_CLAIM_URL'] = product.claimUrl
  process.env['BASEBOARD_DATA_DIR'] = product.dataDir
  return async () => {
    const code = await product.stop()
    if (code !== 0) throw new Error(`Baseboard ended with ${code}:\n${product.output()}`)
  }
}
