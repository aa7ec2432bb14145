using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Api.Errors;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Media;

/// <summary>
/// The body of a request that may bring files: a multipart form, JSON, or nothing. The files of a form go straight to the
/// blob store; its text fields, or the JSON, come back.
/// </summary>
internal sealed class SentBody(UploadStore uploads, IOptions<UploadOptions> options)
{
    public sealed record Content(JsonObject Fields, IReadOnlyList<Core.Media.Upload> Uploads, IResult? Refused);

    public async Task<Content> ReadAsync(HttpRequest request, UploadTarget target, int userId, CancellationToken cancel)
    {
        try
        {
            if (MultipartForm.Of(request, options.Value.MaxTextBytes) is { } form)
            {
                var (received, refused) = await uploads.ReceiveAsync(target, userId, form.ReadFilesAsync(cancel), cancel);
                return new Content(form.Fields, received, refused);
            }

            return new Content(await ReadJsonAsync(request, cancel), [], null);
        }
        catch (IOException failure) when (failure is not BadHttpRequestException && !cancel.IsCancellationRequested)
        {
            return Refuse(Problems.Of(StatusCodes.Status400BadRequest, UploadOptions.InvalidBodyType, "The body ends before its last part does."));
        }
        catch (BadHttpRequestException failure)
        {
            return Refuse(Problems.Of(failure.StatusCode, UploadOptions.InvalidBodyType, failure.Message));
        }
    }

    private async Task<JsonObject> ReadJsonAsync(HttpRequest request, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var limited = new LimitedReadStream(request.Body, options.Value.MaxTextBytes + 1L);
        await limited.CopyToAsync(text, cancel);
        if (limited.Count > options.Value.MaxTextBytes)
        {
            throw new BadHttpRequestException($"The body has more than {options.Value.MaxTextBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
        }

        if (text.Length == 0 || !request.HasJsonContentType())
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(text.GetBuffer().AsSpan(0, (int)text.Length), documentOptions: new JsonDocumentOptions { MaxDepth = 16 }) as JsonObject
                ?? throw new BadHttpRequestException("The body must be a JSON object.");
        }
        catch (JsonException failure)
        {
            throw new BadHttpRequestException($"The body is not JSON: {failure.Message}", failure);
        }
    }

    private static Content Refuse(IResult refused) => new([], [], refused);
}
