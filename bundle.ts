import { bundle } from './supervisor/bundle.ts'

/** The second half of `npm run build`: the files that `npm start`, `npm run web`, `conductor` and `depot` run. */
await bundle(import.meta.dirname)
