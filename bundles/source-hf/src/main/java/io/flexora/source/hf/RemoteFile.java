package io.flexora.source.hf;

/**
 * A file of a repository at one commit.
 *
 * @param path its name, from the repository's root
 * @param size its size in bytes
 * @param hash the checksum of its content
 * @param blobId its name in git; empty where the Hub did not say
 * @param xetHash its name in the Hub's chunked storage; empty if it is not kept there
 */
record RemoteFile(String path, long size, ContentHash hash, String blobId, String xetHash) {}
