public final class Keys {
    private static final String CLIENT_ID = "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246";
    private static final String CLIENT_SECRET = "mZ4tQ8vX1nR6kB3wY7sLpg==";
    public static String subscriptionKey = "7c1e9a4fd2b84630a5f8e3c06b917d24";
    int msn = 384217;
}
