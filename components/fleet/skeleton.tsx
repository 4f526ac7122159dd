import { Skeleton } from '../ui/states.tsx'

/** The shape of the fleet page while its data is on the way. */
export function FleetSkeleton() {
  return (
    <div aria-busy="true" className="min-h-0 flex-1 overflow-hidden">
      <div className="grid grid-cols-2 border-b sm:grid-cols-4 xl:grid-cols-5">
        {Array.from({ length: 5 }, (_, index) => (
          <div key={index} className="flex flex-col gap-3 px-5 py-4">
            <Skeleton className="w-16" />
            <Skeleton className="h-5 w-28" />
          </div>
        ))}
      </div>
      <div className="flex h-13 items-center gap-2 border-b px-5">
        <Skeleton className="h-8 w-80" />
        <Skeleton className="h-7 w-24" />
        <Skeleton className="h-7 w-24" />
      </div>
      {Array.from({ length: 16 }, (_, index) => (
        <div key={index} className="flex h-8.5 items-center gap-8 border-b px-5">
          <Skeleton className="w-3.5" />
          <Skeleton className="w-16" />
          <Skeleton className="w-10" />
          <Skeleton className="w-44" />
          <Skeleton className="w-32" />
          <Skeleton className="ml-auto w-12" />
        </div>
      ))}
    </div>
  )
}
