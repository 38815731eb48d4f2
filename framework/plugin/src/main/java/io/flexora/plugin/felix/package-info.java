/**
 * The OSGi framework inside of this process: its packages, its cache, and the code that it runs.
 */
package io.flexora.plugin.felix;
