import { queryOptions } from '@tanstack/react-query'
import { imagesDoor } from './doors.ts'
import { ask } from './fetcher.ts'
import { paths } from './paths.ts'
import { keys } from './queries.ts'

const isMoving = (state: string) => state !== 'failed'

/** The library: asked every second while something is on its way, else now and then, for who mounts what. */
export const imagesQuery = () =>
  queryOptions({
    queryKey: keys.images,
    queryFn: ({ signal }) => ask(imagesDoor('imageList'), paths.images(), { signal }),
    refetchInterval: (query) => (query.state.data?.coming.some(({ state }) => isMoving(state)) === true ? 1_000 : 15_000),
  })

/** Where BMCs reach the images: asked often until the depot has tried a new address, else now and then. */
export const imageServingQuery = () =>
  queryOptions({
    queryKey: keys.imageServing,
    queryFn: ({ signal }) => ask(imagesDoor('imageServing'), paths.imageServing(), { signal }),
    refetchInterval: (query) => (query.state.data?.checked === null && query.state.data.mediaAddress !== null ? 1_000 : 15_000),
  })
