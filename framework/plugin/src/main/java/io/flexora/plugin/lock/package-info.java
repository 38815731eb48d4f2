/**
 * The lock of a plugins' folder: which files were installed into it, from where, with which content
 * and signed by whom.
 */
package io.flexora.plugin.lock;
