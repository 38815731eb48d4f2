/** The host as a library: in this process, on the bundles of the built distribution. */
package io.flexora.distribution.embed;
