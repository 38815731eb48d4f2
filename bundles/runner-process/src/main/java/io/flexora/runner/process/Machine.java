package io.flexora.runner.process;

import io.flexora.files.machine.FreeMemory;

/**
 * The resources of this machine that cells share.
 *
 * @param cores its processor cores
 * @param freeBytes the memory that can be allocated without swapping; the largest number if that is
 *     unknown
 * @param threadsGiven whether the environment says how many threads a process has
 */
record Machine(int cores, long freeBytes, boolean threadsGiven) {

  static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        FreeMemory.bytes(),
        System.getenv(ResourceShare.THREADS) != null);
  }
}
