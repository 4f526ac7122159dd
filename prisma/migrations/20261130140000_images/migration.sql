-- The image library: one row an ISO. Its bytes lie in the depot's folder under its id; there is a file exactly while the row is not `failed`.
CREATE TABLE "Image" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "bytes" BIGINT,
    "received" BIGINT NOT NULL DEFAULT 0,
    "checked" BIGINT NOT NULL DEFAULT 0,
    "sha256" TEXT,
    "expectedSha256" TEXT,
    "mark" TEXT,
    "facts" JSONB,
    "source" TEXT,
    "by" TEXT NOT NULL,
    "byKind" TEXT NOT NULL,
    "ip" TEXT,
    "requestId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "movedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "readyAt" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Image_name_key" ON "Image"("name");

CREATE INDEX "Image_state_idx" ON "Image"("state");

-- A fetch is asked for by web and begun by the depot.
CREATE FUNCTION image_asked() RETURNS TRIGGER
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('images', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER image_asked AFTER INSERT OR DELETE ON "Image" FOR EACH STATEMENT EXECUTE FUNCTION image_asked();
