using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Annotator.Core.CloudStorages;

/// <summary>AWS Signature Version 4 of requests to S3 and what speaks its protocol.</summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>SHA-256 of no bytes, lower-case hex.</summary>
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Sets the headers that prove who sends the request.</summary>
    /// <param name="path">As it is sent, percent-encoded.</param>
    /// <param name="query">Names and values, not encoded.</param>
    /// <param name="payloadHash">Lower-case hex SHA-256 of the body.</param>
    public static void Sign(
        HttpRequestMessage request, string path, IEnumerable<KeyValuePair<string, string>> query, string payloadHash, CloudCredentials credentials, string region, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var host = request.RequestUri!.IsDefaultPort ? request.RequestUri.IdnHost : $"{request.RequestUri.IdnHost}:{request.RequestUri.Port.ToString(CultureInfo.InvariantCulture)}";
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = host,
            ["x-amz-content-sha256"] = payloadHash,
            ["x-amz-date"] = stamp,
        };
        if (credentials.SessionToken is { Length: > 0 } token)
        {
            headers["x-amz-security-token"] = token;
        }

        foreach (var (name, value) in headers.Where(header => header.Key != "host"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var names = string.Join(';', headers.Keys);
        var canonical = string.Join('\n', request.Method.Method, path, QueryOf(query), string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n")), names, payloadHash);
        var scope = $"{stamp[..8]}/{region}/s3/aws4_request";
        var text = string.Join('\n', Algorithm, stamp, scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var signature = Convert.ToHexStringLower(Hash(KeyOf(credentials.SecretKey ?? "", stamp[..8], region), text));
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={credentials.Key}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    /// <summary>A query as it is sent and signed: sorted, percent-encoded.</summary>
    public static string QueryOf(IEnumerable<KeyValuePair<string, string>> query) => string.Join('&', query
        .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}")
        .Order(StringComparer.Ordinal));

    private static byte[] KeyOf(string secret, string day, string region) =>
        Hash(Hash(Hash(Hash(Encoding.UTF8.GetBytes("AWS4" + secret), day), region), "s3"), "aws4_request");

    private static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
