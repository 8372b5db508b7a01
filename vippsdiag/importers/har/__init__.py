"""HAR files, of any browser, proxy or tool and of any length."""
