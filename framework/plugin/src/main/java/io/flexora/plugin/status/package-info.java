/** The state of each file that the host was given, and the problem of one that it cannot use. */
package io.flexora.plugin.status;
