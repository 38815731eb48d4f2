package io.flexora.plugin.install;

import org.osgi.framework.Version;

/**
 * A bundle that an index lists.
 *
 * @param name its symbolic name
 * @param version its version
 * @param url where its jar is, relative to the index or not
 * @param sha256 the SHA-256 of its jar
 * @param bytes the size of its jar; negative if the index does not say
 */
record IndexEntry(String name, Version version, String url, String sha256, long bytes) {}
