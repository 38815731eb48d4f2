/** The page that shows a comparison while it runs. */
package io.flexora.web;
