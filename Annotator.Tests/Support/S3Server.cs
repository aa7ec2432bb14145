using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Annotator.Tests.Support;

/// <summary>
/// As much of S3 as we use, over HTTP on the loopback address: it checks signatures with arithmetic of its own, lists by pages, reads
/// ranges, and takes uploads whole or in parts.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    public const string Key = "AKIATESTTESTTEST";
    public const string Secret = "secret/of+the+test";

    /// <summary>A bucket that asks nobody who he is.</summary>
    public const string OpenBucket = "open";
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, SortedDictionary<string, byte[]>> _buckets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SortedDictionary<int, byte[]>> _uploads = new(StringComparer.Ordinal);

    private S3Server(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Requests that were answered, as <c>GET /bucket/key</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Entries of a listed page at most, whatever is asked for.</summary>
    public int MaxPage { get; set; } = 1000;

    /// <summary>
    /// Answers as the S3-compatible interface of Google Cloud Storage does: XML of another namespace, keys as they are, objects with generations;
    /// it takes signatures for the region <c>auto</c> only and bodies whose length is told.
    /// </summary>
    public bool IsGoogle { get; init; }

    /// <summary>When set, every request is answered with it.</summary>
    public HttpStatusCode? Broken { get; set; }

    public static Task<S3Server> StartAsync(params string[] buckets) => StartAsync(google: false, buckets);

    public static async Task<S3Server> StartAsync(bool google, params string[] buckets)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new S3Server(app) { IsGoogle = google };
        foreach (var bucket in buckets)
        {
            server._buckets[bucket] = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        }

        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>What a storage that points here says of itself.</summary>
    public string Attributes => $"endpoint_url={Uri.EscapeDataString(Address.AbsoluteUri.TrimEnd('/'))}";

    public S3Server Put(string bucket, string key, byte[] content)
    {
        lock (_buckets)
        {
            _buckets[bucket][key] = content;
        }

        return this;
    }

    public byte[]? Find(string bucket, string key)
    {
        lock (_buckets)
        {
            return _buckets[bucket].GetValueOrDefault(key);
        }
    }

    public void Drop(string bucket, string key)
    {
        lock (_buckets)
        {
            _buckets[bucket].Remove(key);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var memory = new MemoryStream();
        await http.Request.Body.CopyToAsync(memory);
        var body = memory.ToArray();
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = target.Split('?')[0];
        var parts = path.TrimStart('/').Split('/', 2);
        var (bucket, key) = (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        Requests.Enqueue($"{http.Request.Method} {target}");
        var status = Broken ?? (bucket == OpenBucket || IsSigned(http.Request, path, target, body) ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        if (IsGoogle && http.Request.Method is "PUT" && http.Request.ContentLength is null)
        {
            status = HttpStatusCode.LengthRequired;
        }

        if (status == HttpStatusCode.OK && !_buckets.ContainsKey(bucket))
        {
            status = HttpStatusCode.NotFound;
        }

        if (status != HttpStatusCode.OK)
        {
            http.Response.StatusCode = (int)status;
            await http.Response.WriteAsync(http.Request.Method == "HEAD" ? "" : "<Error><Code>Refused</Code><Message>inside-secret</Message></Error>");
            return;
        }

        if (key.Length == 0)
        {
            await ListAsync(http, bucket);
            return;
        }

        await (http.Request.Method switch
        {
            "PUT" => PutAsync(http, bucket, key, body),
            "POST" => CombineAsync(http, bucket, key),
            _ => ReadAsync(http, bucket, key),
        });
    }

    private async Task ListAsync(HttpContext http, string bucket)
    {
        var query = http.Request.Query;
        var (prefix, delimiter) = (query["prefix"].ToString(), query["delimiter"].ToString());
        var after = query["continuation-token"].ToString() is { Length: > 0 } token ? Encoding.UTF8.GetString(Convert.FromBase64String(token)) : "";
        var size = Math.Min(MaxPage, int.Parse(query["max-keys"].ToString() is { Length: > 0 } max ? max : "1000", CultureInfo.InvariantCulture));
        List<(string Name, int Length)> entries = [];
        lock (_buckets)
        {
            foreach (var (key, content) in _buckets[bucket].Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                var slash = delimiter.Length > 0 ? key.IndexOf('/', prefix.Length) : -1;
                var entry = slash >= 0 ? (key[..(slash + 1)], -1) : (key, content.Length);
                if (string.CompareOrdinal(entry.Item1, after) > 0 && !entries.Contains(entry))
                {
                    entries.Add(entry);
                }
            }
        }

        var page = entries.Take(size).ToList();
        XNamespace names = IsGoogle ? "http://doc.s3.amazonaws.com/2006-03-01" : "http://s3.amazonaws.com/doc/2006-03-01/";
        var answer = new XElement(names + "ListBucketResult", new XElement(names + "IsTruncated", entries.Count > size ? "true" : "false"));
        if (!IsGoogle)
        {
            answer.Add(new XElement(names + "EncodingType", "url"));
        }

        if (entries.Count > size)
        {
            answer.Add(new XElement(names + "NextContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Name))));
        }

        foreach (var (name, length) in page)
        {
            var encoded = IsGoogle ? name : Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal).Replace("%20", "+", StringComparison.Ordinal);
            answer.Add(length < 0
                ? new XElement(names + "CommonPrefixes", new XElement(names + "Prefix", encoded))
                : new XElement(names + "Contents", new XElement(names + "Key", encoded), IsGoogle ? new XElement(names + "Generation", 1) : null, new XElement(names + "Size", length)));
        }

        http.Response.ContentType = "application/xml";
        await http.Response.WriteAsync(answer.ToString(SaveOptions.DisableFormatting));
    }

    private async Task ReadAsync(HttpContext http, string bucket, string key)
    {
        if (Find(bucket, key) is not { } content)
        {
            http.Response.StatusCode = 404;
            return;
        }

        if (http.Request.Method == "HEAD")
        {
            http.Response.ContentLength = content.Length;
            return;
        }

        var range = http.Request.GetTypedHeaders().Range?.Ranges.Single();
        var from = (int)(range?.From ?? 0);
        if (range is not null && from >= content.Length)
        {
            http.Response.StatusCode = 416;
            return;
        }

        var to = (int)Math.Min(range?.To ?? (content.Length - 1), content.Length - 1);
        if (range is not null)
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        }

        await http.Response.Body.WriteAsync(content.AsMemory(from, to - from + 1));
    }

    private async Task PutAsync(HttpContext http, string bucket, string key, byte[] body)
    {
        if (http.Request.Query["uploadId"].ToString() is { Length: > 0 } upload)
        {
            lock (_uploads)
            {
                _uploads[upload][int.Parse(http.Request.Query["partNumber"]!, CultureInfo.InvariantCulture)] = body;
            }

            http.Response.Headers.ETag = $"\"part-{http.Request.Query["partNumber"]}\"";
        }
        else
        {
            Put(bucket, key, body);
        }

        await http.Response.CompleteAsync();
    }

    private async Task CombineAsync(HttpContext http, string bucket, string key)
    {
        if (http.Request.Query.ContainsKey("uploads"))
        {
            var id = Guid.CreateVersion7().ToString("N");
            _uploads[id] = [];
            await http.Response.WriteAsync($"<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
            return;
        }

        Put(bucket, key, [.. _uploads[http.Request.Query["uploadId"]!].Values.SelectMany(part => part)]);
        await http.Response.WriteAsync("<CompleteMultipartUploadResult />");
    }

    /// <summary>Signature version 4, as its specification has it.</summary>
    private bool IsSigned(HttpRequest request, string path, string target, byte[] body)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return false;
        }

        var fields = authorization["AWS4-HMAC-SHA256 ".Length..].Split(", ").Select(field => field.Split('=', 2)).ToDictionary(field => field[0], field => field[1]);
        var scope = fields["Credential"].Split('/', 2);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        if (scope[0] != Key || (IsGoogle && !scope[1].EndsWith("/auto/s3/aws4_request", StringComparison.Ordinal)) || request.Headers["x-amz-content-sha256"] != hash)
        {
            return false;
        }

        var signed = fields["SignedHeaders"].Split(';');
        var query = string.Join('&', (target.Contains('?') ? target[(target.IndexOf('?') + 1)..] : "").Split('&', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        var canonical = $"{request.Method}\n{path}\n{query}\n{string.Concat(signed.Select(name => $"{name}:{request.Headers[name]}\n"))}\n{string.Join(';', signed)}\n{hash}";
        var text = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{scope[1]}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + Secret);
        foreach (var step in scope[1].Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        }

        return fields["Signature"] == Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
