/** Single entries of zip and jar files, kept unpacked in the user's cache. */
package io.flexora.source.archive;
