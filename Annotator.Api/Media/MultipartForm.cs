using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Annotator.Api.Media;

/// <summary>
/// A multipart body that is read once, front to back: files are handed out as they come, text fields are collected. Nothing
/// is buffered on disk and only text is kept in memory.
/// </summary>
internal sealed class MultipartForm
{
    private readonly MultipartReader _reader;
    private readonly long _maxTextBytes;
    private long _textBytes;

    private MultipartForm(MultipartReader reader, long maxTextBytes) => (_reader, _maxTextBytes) = (reader, maxTextBytes);

    /// <summary>
    /// The text fields met so far. <c>name[3]</c> and a repeated <c>name</c> become a list; a field is as long as its text.
    /// </summary>
    public JsonObject Fields { get; } = [];

    /// <summary>The form of a request; null when its body is none.</summary>
    public static MultipartForm? Of(HttpRequest request, long maxTextBytes)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 200)
        {
            throw new BadHttpRequestException("The multipart body has no usable boundary.");
        }

        return new MultipartForm(new MultipartReader(boundary, request.Body) { HeadersCountLimit = 16, BodyLengthLimit = null }, maxTextBytes);
    }

    /// <summary>The files of the form; <see cref="Fields"/> is complete once they have all been read.</summary>
    /// <exception cref="BadHttpRequestException">The body is not well formed, or its text is too long.</exception>
    public async IAsyncEnumerable<IncomingFile> ReadFilesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (await NextAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                throw new BadHttpRequestException("A part of the multipart body has no Content-Disposition.");
            }

            var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (disposition.IsFileDisposition())
            {
                var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
                yield return new IncomingFile(field, name, section.Body);
            }
            else
            {
                AddField(field, await ReadTextAsync(section.Body, cancel));
            }
        }
    }

    private async Task<MultipartSection?> NextAsync(CancellationToken cancel)
    {
        try
        {
            return await _reader.ReadNextSectionAsync(cancel);
        }
        catch (Exception failure) when (failure is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException("The multipart body is not well formed or ends too early.", failure);
        }
    }

    private async Task<string> ReadTextAsync(Stream body, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var limited = new LimitedReadStream(body, _maxTextBytes - _textBytes + 1);
        await limited.CopyToAsync(text, cancel);
        _textBytes += limited.Count;
        return _textBytes > _maxTextBytes
            ? throw new BadHttpRequestException($"The text fields of the form have more than {_maxTextBytes} bytes.", StatusCodes.Status413PayloadTooLarge)
            : Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private void AddField(string field, string value)
    {
        var bracket = field.IndexOf('[', StringComparison.Ordinal);
        var name = bracket > 0 ? field[..bracket] : field;
        switch (Fields[name])
        {
            case null when bracket <= 0:
                Fields[name] = value;
                break;
            case null:
                Fields[name] = new JsonArray(value);
                break;
            case JsonArray list:
                list.Add(value);
                break;
            case var first:
                Fields[name] = new JsonArray(first.DeepClone(), value);
                break;
        }
    }
}
