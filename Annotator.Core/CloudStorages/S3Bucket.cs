using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Annotator.Core.CloudStorages;

/// <summary>A bucket of Amazon S3, or of anything that speaks its protocol: MinIO, Ceph, Google Cloud Storage.</summary>
internal sealed class S3Bucket(S3Transport transport, string bucket) : ICloudBucket
{
    private const int MaxListBytes = 16 << 20;

    /// <summary>Bytes that are sent at a time, and held in memory.</summary>
    private const int PartBytes = 16 << 20;
    private const int MaxParts = 9_000;

    public async Task<CloudStatus> StatusAsync(CancellationToken cancel)
    {
        using var response = await transport.SendAsync(HttpMethod.Get, null, [new("list-type", "2"), new("max-keys", "1")], cancel);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => CloudStatus.Available,
            HttpStatusCode.NotFound => CloudStatus.NotFound,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => CloudStatus.Forbidden,
            _ => throw Failed(response),
        };
    }

    public async Task<CloudPage> ListAsync(string prefix, bool deep, string? next, int size, CancellationToken cancel)
    {
        List<KeyValuePair<string, string>> query = [new("list-type", "2"), new("max-keys", size.ToString(CultureInfo.InvariantCulture)), new("encoding-type", "url")];
        if (prefix.Length > 0)
        {
            query.Add(new("prefix", prefix));
        }

        if (!deep)
        {
            query.Add(new("delimiter", "/"));
        }

        if (next is { Length: > 0 })
        {
            query.Add(new("continuation-token", next));
        }

        using var response = await transport.SendAsync(HttpMethod.Get, null, query, cancel);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw Failed(response);
        }

        var answer = await ReadXmlAsync(response, cancel);
        var encoded = Text(answer, "EncodingType") == "url";
        var folders = Elements(answer, "CommonPrefixes").Select(element => Decoded(Text(element, "Prefix"))).ToList();
        var objects = Elements(answer, "Contents")
            .Select(element => new CloudObject(Decoded(Text(element, "Key")), long.TryParse(Text(element, "Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0))
            .ToList();
        return new CloudPage(folders, objects, Text(answer, "IsTruncated") == "true" ? Text(answer, "NextContinuationToken") : null);

        // XML cannot carry every character, so keys are asked for in percent signs; Google gives them as they are. A plus is a space to some servers.
        string Decoded(string text) => encoded ? Uri.UnescapeDataString(text.Replace('+', ' ')) : text;
    }

    public async Task<CloudObject?> FindAsync(string key, CancellationToken cancel)
    {
        if (!IsPlain(key))
        {
            return null;
        }

        using var response = await transport.SendAsync(HttpMethod.Head, key, [], cancel);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => new CloudObject(key, response.Content.Headers.ContentLength ?? 0),
            HttpStatusCode.NotFound => null,
            _ => throw Failed(response),
        };
    }

    public async Task<CloudRange?> ReadAsync(string key, long from, int count, CancellationToken cancel)
    {
        if (!IsPlain(key))
        {
            return null;
        }

        using var response = await transport.SendAsync(HttpMethod.Get, key, [], cancel, range: (from, count));
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { Length: { } whole }:
                return new CloudRange(await BodyAsync(response, count, cancel), whole);
            case HttpStatusCode.OK when from == 0:
                // A server without ranges: its whole answer begins with the part.
                return new CloudRange(await BodyAsync(response, count, cancel), response.Content.Headers.ContentLength ?? throw Failed(response));
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                return await FindAsync(key, cancel) is { } found ? new CloudRange([], found.Length) : null;
            case HttpStatusCode.NotFound:
                return null;
            default:
                throw Failed(response);
        }
    }

    public async Task WriteAsync(string key, Stream content, CancellationToken cancel)
    {
        if (!IsPlain(key))
        {
            throw new CloudStorageException(CloudFailure.Forbidden, $"\"{key}\" is not a name that a bucket can hold.");
        }

        var length = content.Length - content.Position;
        if (length <= PartBytes)
        {
            var whole = new byte[length];
            await content.ReadExactlyAsync(whole, cancel);
            using var response = await transport.SendAsync(HttpMethod.Put, key, [], cancel, whole);
            Expect(response);
            return;
        }

        using var begun = await transport.SendAsync(HttpMethod.Post, key, [new("uploads", "")], cancel, ReadOnlyMemory<byte>.Empty);
        Expect(begun);
        var upload = Text(await ReadXmlAsync(begun, cancel), "UploadId");
        try
        {
            await WritePartsAsync(key, upload, content, length, cancel);
        }
        catch
        {
            // Parts cost their owner money until somebody says that they are not wanted.
            using var dropped = await transport.SendAsync(HttpMethod.Delete, key, [new("uploadId", upload)], CancellationToken.None);
            throw;
        }
    }

    private async Task WritePartsAsync(string key, string upload, Stream content, long length, CancellationToken cancel)
    {
        var buffer = new byte[Math.Max(PartBytes, (length / MaxParts) + 1)];
        var done = new StringBuilder("<CompleteMultipartUpload>");
        for (var (number, at) = (1, 0L); at < length; number++)
        {
            var count = (int)Math.Min(buffer.Length, length - at);
            await content.ReadExactlyAsync(buffer.AsMemory(0, count), cancel);
            var part = number.ToString(CultureInfo.InvariantCulture);
            using var response = await transport.SendAsync(HttpMethod.Put, key, [new("partNumber", part), new("uploadId", upload)], cancel, buffer.AsMemory(0, count));
            Expect(response);
            var tag = response.Headers.TryGetValues("ETag", out var tags) ? tags.First() : "";
            done.Append(CultureInfo.InvariantCulture, $"<Part><PartNumber>{part}</PartNumber><ETag>{WebUtility.HtmlEncode(tag)}</ETag></Part>");
            at += count;
        }

        done.Append("</CompleteMultipartUpload>");
        using var completed = await transport.SendAsync(HttpMethod.Post, key, [new("uploadId", upload)], cancel, Encoding.UTF8.GetBytes(done.ToString()));
        Expect(completed);

        // The service may find out that it failed after it has said 200.
        if ((await ReadXmlAsync(completed, cancel)).Name.LocalName == "Error")
        {
            throw new CloudStorageException(CloudFailure.Unreachable, $"The service did not put {key} together.");
        }
    }

    /// <summary>Keys with steps like <c>..</c> can name something else than they say on the way.</summary>
    private static bool IsPlain(string key) => key.Length is > 0 and <= 1024 && !key.Split('/').Any(segment => segment is "." or "..");

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, int count, CancellationToken cancel)
    {
        var buffer = new byte[(int)Math.Min(count, response.Content.Headers.ContentLength ?? count)];
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return read == buffer.Length ? buffer : buffer[..read];
    }

    private static async Task<XElement> ReadXmlAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[MaxListBytes];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        try
        {
            using var text = new MemoryStream(bytes, 0, read, writable: false);
            using var xml = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XElement.Load(xml);
        }
        catch (XmlException error)
        {
            throw new CloudStorageException(CloudFailure.Unreachable, "The service answers something that is not S3's protocol.", error);
        }
    }

    private static IEnumerable<XElement> Elements(XElement parent, string name) => parent.Elements().Where(element => element.Name.LocalName == name);

    private static string Text(XElement parent, string name) => Elements(parent, name).FirstOrDefault()?.Value ?? "";

    private void Expect(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw Failed(response);
        }
    }

    private CloudStorageException Failed(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.NotFound => new CloudStorageException(CloudFailure.Missing, $"There is no bucket {bucket}."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new CloudStorageException(CloudFailure.Forbidden, $"The credentials do not allow this in the bucket {bucket}."),
        HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect =>
            new CloudStorageException(CloudFailure.Forbidden, $"The bucket {bucket} is in another region than the storage says{RegionOf(response)}."),
        _ => new CloudStorageException(CloudFailure.Unreachable, string.Create(CultureInfo.InvariantCulture, $"The service answers {(int)response.StatusCode} for the bucket {bucket}.")),
    };

    private static string RegionOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-amz-bucket-region", out var regions) && regions.First() is { Length: < 40 } region && region.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? $"; set region={region}"
            : "";
}
