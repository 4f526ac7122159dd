-- A BMC's permission to read one image: one row for each mount. The conductor makes and ends it, the depot counts what is read by it.
CREATE TABLE "ImageLink" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "imageId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "bmcAddress" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "bytesServed" BIGINT NOT NULL DEFAULT 0,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "bytesPerSecond" BIGINT NOT NULL DEFAULT 0,
    "touched" BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    "firstReadAt" TIMESTAMPTZ(3),
    "lastReadAt" TIMESTAMPTZ(3),
    "lastVia" TEXT,
    "lastAgent" TEXT,
    "refusedAddress" TEXT,
    "refusedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ImageLink_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "ImageLink_tokenHash_key" ON "ImageLink"("tokenHash");
CREATE INDEX "ImageLink_imageId_idx" ON "ImageLink"("imageId");
CREATE INDEX "ImageLink_nodeId_createdAt_idx" ON "ImageLink"("nodeId", "createdAt");
CREATE INDEX "ImageLink_expiresAt_idx" ON "ImageLink"("expiresAt");

ALTER TABLE "ImageLink" ADD CONSTRAINT "ImageLink_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ImageLink" ADD CONSTRAINT "ImageLink_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A link that ends early is told to the depot at once: it keeps those that are being read in memory.
CREATE FUNCTION image_link_ended() RETURNS trigger AS $$
BEGIN
  PERFORM pg_notify('image_link', OLD.id::text);
  RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER image_link_revoked AFTER UPDATE OF "revokedAt", "expiresAt" ON "ImageLink" FOR EACH ROW EXECUTE FUNCTION image_link_ended();
CREATE TRIGGER image_link_deleted AFTER DELETE ON "ImageLink" FOR EACH ROW EXECUTE FUNCTION image_link_ended();

-- What the depot serves and how it finds itself: one row, written by it, read by web (settings) and the conductor (URLs).
CREATE TABLE "DepotState" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "doors" JSONB NOT NULL,
    "addresses" TEXT[],
    "mediaAddress" TEXT,
    "findings" JSONB NOT NULL,
    "checkedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DepotState_pkey" PRIMARY KEY ("id")
);

-- A changed address is tried at once.
CREATE FUNCTION media_address_set() RETURNS trigger AS $$
BEGIN
  PERFORM pg_notify('media_address', '');
  RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER media_address_set AFTER INSERT OR UPDATE ON "Setting" FOR EACH ROW WHEN (NEW.key = 'mediaAddress') EXECUTE FUNCTION media_address_set();
