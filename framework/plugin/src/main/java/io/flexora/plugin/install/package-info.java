/**
 * Brings plugins into the plugins' folder by name, from files, addresses, sources and indexes, and
 * records in the folder's lock what came.
 */
package io.flexora.plugin.install;
