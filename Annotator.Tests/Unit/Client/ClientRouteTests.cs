using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Annotator.Client;

namespace Annotator.Tests.Unit.Client;

/// <summary>
/// The client is written by hand; this holds it to the committed description of the API: every method of every part of it is
/// called, and whatever it asks must be an operation that the document has.
/// </summary>
public sealed class ClientRouteTests
{
    /// <summary>Some methods ask twice, or walk through pages; all of it is caught.</summary>
    private static readonly string _answer = JsonSerializer.Serialize(new
    {
        key = "k", rq_id = "r", id = 7, status = "finished", needed = false, count = 0, results = Array.Empty<int>(), importers = Array.Empty<int>(), exporters = Array.Empty<int>(),
    });

    [Fact]
    public async Task Every_request_that_the_client_can_send_is_an_operation_of_the_document()
    {
        var operations = Operations();
        var wrong = new List<string>();
        foreach (var part in typeof(AnnotatorClient).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            foreach (var method in part.PropertyType.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                var asked = await CallAsync(part, method);
                if (asked.IsEmpty)
                {
                    wrong.Add($"{part.Name}.{method.Name} asked nothing");
                }

                wrong.AddRange(asked.Where(request => !operations.Any(operation => operation.Method == request.Method && operation.Path.IsMatch(request.Path)))
                    .Select(request => $"{part.Name}.{method.Name}: {request.Method} {request.Path}"));
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task<ConcurrentQueue<(string Method, string Path)>> CallAsync(PropertyInfo part, MethodInfo method)
    {
        var server = new Recorder();
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server.test/") };
        object?[] arguments = [.. method.GetParameters().Select(parameter => parameter.Name == "address" ? "api/tasks/7/data/" : Value(parameter.ParameterType))];
        try
        {
            await (Task)method.Invoke(part.GetValue(new AnnotatorClient(http)), arguments)!;
        }
        catch (Exception error) when (error is JsonException or AnnotatorApiException or NullReferenceException or InvalidOperationException or ArgumentNullException)
        {
            // The answer fits few methods; what they asked before is what counts.
        }

        return server.Asked;
    }

    /// <summary>Something of the type that a request can be made of.</summary>
    private static object? Value(Type type)
    {
        if (type == typeof(CancellationToken))
        {
            return TestContext.Current.CancellationToken;
        }

        if (type == typeof(string))
        {
            return "x";
        }

        if (type == typeof(int))
        {
            return 7;
        }

        if (type == typeof(TimeProvider))
        {
            return TimeProvider.System;
        }

        if (type == typeof(Stream))
        {
            var stream = new MemoryStream();
            stream.Write([1]);
            stream.Position = 0;
            return stream;
        }

        if (type == typeof(Func<Stream>))
        {
            return () => (Stream)new MemoryStream([1]);
        }

        if (type.IsValueType)
        {
            return type.IsGenericType && type.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal)
                ? Activator.CreateInstance(type, [.. type.GetGenericArguments().Select(Value)])
                : Activator.CreateInstance(type);
        }

        if (type.IsGenericType && type.Name.Contains("Dictionary", StringComparison.Ordinal))
        {
            return Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()));
        }

        if (type.IsGenericType && type.GetInterface("IEnumerable") is not null || type.IsGenericType && type.Name.StartsWith("IEnumerable", StringComparison.Ordinal))
        {
            var list = Array.CreateInstance(type.GetGenericArguments()[0], 1);
            list.SetValue(Value(type.GetGenericArguments()[0]), 0);
            return list;
        }

        return type.IsInterface ? null : Made(type);
    }

    private static object Made(Type type)
    {
        var constructor = type.GetConstructors().OrderBy(one => one.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType))]);
        foreach (var text in type.GetProperties().Where(property => property.PropertyType == typeof(string) && property.SetMethod is not null))
        {
            text.SetValue(made, "/api/datasets/download");
        }

        return made;
    }

    private static List<(string Method, Regex Path)> Operations()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "openapi.json")));
        return [.. document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (
            operation.Name.ToUpperInvariant(),
            new Regex("^" + Regex.Replace(Regex.Escape(path.Name.TrimEnd('/')), @"\\\{[^/]+?}", "[^/]+") + "/?$", RegexOptions.CultureInvariant))))];
    }

    private sealed class Recorder : HttpMessageHandler
    {
        public ConcurrentQueue<(string Method, string Path)> Asked { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            Asked.Enqueue((request.Method.Method, path));
            var list = path.EndsWith("/uploads", StringComparison.Ordinal);
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(list ? "[]" : _answer, Encoding.UTF8, "application/json") };
            response.Headers.Location = new Uri(path.TrimEnd('/') + "/upload-1", UriKind.Relative);
            response.Headers.TryAddWithoutValidation("Upload-Offset", "1");
            return Task.FromResult(response);
        }
    }
}
