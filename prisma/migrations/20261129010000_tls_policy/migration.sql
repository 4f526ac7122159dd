-- Old BMCs speak only what is called broken today: chosen by a person for one node, never fallen back to.
ALTER TABLE "Node" ADD COLUMN "tls" TEXT NOT NULL DEFAULT 'modern';
