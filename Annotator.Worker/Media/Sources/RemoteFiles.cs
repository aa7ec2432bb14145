using System.Globalization;
using System.Net;
using Annotator.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Media.Sources;

/// <summary>Limits on what is fetched from the web; configuration section <c>RemoteFiles</c>.</summary>
internal sealed class RemoteFilesOptions
{
    public const string Section = "RemoteFiles";

    /// <summary>Bytes of one file.</summary>
    public long MaxFileBytes { get; set; } = 25L << 30;

    /// <summary>How long a server may take to begin its answer.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one file may take in all.</summary>
    public TimeSpan FileTimeout { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Raised when a file cannot be fetched; the message is the second half of a sentence.</summary>
internal sealed class RemoteFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Fetches files from addresses that users name, by the guarded way out.</summary>
internal sealed class RemoteFiles(IServiceProvider services, IOptions<RemoteFilesOptions> options)
{
    /// <summary>The address as messages show it: without what may be a secret in it.</summary>
    public static string Shown(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Path) : address;

    /// <summary>Hands over a file's name and content.</summary>
    /// <exception cref="RemoteFileException">It cannot be fetched.</exception>
    public async Task FetchAsync(string address, int number, Func<string, Stream, CancellationToken, Task> use, CancellationToken cancel)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timer.CancelAfter(options.Value.FileTimeout);
        using var client = OutboundHttp.CreateClient(services);
        client.Timeout = options.Value.AnswerTimeout;
        try
        {
            using var response = await OutboundHttp.GetAsync(client, new Uri(address), timer.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new RemoteFileException(string.Create(CultureInfo.InvariantCulture, $"could not be fetched: its server answers {(int)response.StatusCode}"));
            }

            var limit = options.Value.MaxFileBytes;
            if (response.Content.Headers.ContentLength > limit)
            {
                throw TooLarge(limit);
            }

            await using var body = await response.Content.ReadAsStreamAsync(timer.Token);
            await use(NameOf(response, number), new CappedStream(body, limit, () => TooLarge(limit)), timer.Token);
        }
        catch (Exception error) when (OutboundHttp.RefusalOf(error) is { } refusal)
        {
            throw new RemoteFileException($"was not fetched: {refusal.TrimEnd('.')}", error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new RemoteFileException("could not be fetched: its server takes too long", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UriFormatException)
        {
            throw new RemoteFileException("could not be fetched: its server does not answer, or breaks off", error);
        }
    }

    private static RemoteFileException TooLarge(long limit) => new(string.Create(CultureInfo.InvariantCulture, $"is larger than {limit} bytes"));

    /// <summary>What the server calls it, else the address's last step; a plain file name in either case.</summary>
    private static string NameOf(HttpResponseMessage response, int number)
    {
        var disposition = response.Content.Headers.ContentDisposition;
        var name = disposition?.FileNameStar ?? disposition?.FileName?.Trim('"')
            ?? Uri.UnescapeDataString(response.RequestMessage!.RequestUri!.AbsolutePath.Split('/')[^1]);
        var plain = new string([.. name.Replace('\\', '/').Split('/')[^1].Where(letter => !char.IsControl(letter))]).Trim().TrimStart('.');
        return plain.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"file-{number + 1}") : plain.Length > 200 ? plain[^200..] : plain;
    }
}
