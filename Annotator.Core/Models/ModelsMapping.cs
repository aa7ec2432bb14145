using Annotator.Core.Jobs;
using Annotator.Core.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Models;

internal sealed class AnnotationModelMapping : IEntityTypeConfiguration<AnnotationModel>
{
    public void Configure(EntityTypeBuilder<AnnotationModel> builder)
    {
        builder.ToTable("models");
        builder.Property(model => model.Name).HasMaxLength(128);
        builder.Property(model => model.License).HasMaxLength(1024);
        builder.Property(model => model.Notes).HasMaxLength(4096);
        builder.Property(model => model.Kind).HasMaxLength(32);
        builder.Property(model => model.Device).HasMaxLength(64);
        builder.Property(model => model.Description).HasColumnType("jsonb");
        builder.Property(model => model.Findings).HasColumnType("jsonb");
        builder.Property(model => model.Connector).HasColumnType("jsonb");
        builder.Property(model => model.RowVersion).IsRowVersion();
        builder.HasOne(model => model.Owner).WithMany().HasForeignKey(model => model.OwnerId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany(model => model.Files).WithOne().HasForeignKey(file => file.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(model => new { model.SeriesId, model.Version }).IsUnique();
    }
}

internal sealed class ModelFileMapping : IEntityTypeConfiguration<ModelFile>
{
    public void Configure(EntityTypeBuilder<ModelFile> builder)
    {
        builder.ToTable("model_files");
        builder.HasKey(file => new { file.ModelId, file.Name });
        builder.Property(file => file.Name).HasMaxLength(255);
        builder.Property(file => file.Sha256).HasMaxLength(64);
    }
}

internal sealed class ModelMappingMapping : IEntityTypeConfiguration<ModelMapping>
{
    public void Configure(EntityTypeBuilder<ModelMapping> builder)
    {
        builder.ToTable("model_mappings");
        builder.HasKey(mapping => new { mapping.SeriesId, mapping.Target, mapping.TargetId });
        builder.Property(mapping => mapping.Target).HasMaxLength(16);
        builder.Property(mapping => mapping.Choices).HasColumnType("jsonb");
    }
}

internal sealed class SuggestedObjectsMapping : IEntityTypeConfiguration<SuggestedObjects>
{
    public void Configure(EntityTypeBuilder<SuggestedObjects> builder)
    {
        builder.ToTable("suggested_objects");
        builder.HasKey(suggested => new { suggested.JobId, suggested.FirstId });
        builder.HasOne<AnnotationJob>().WithMany().HasForeignKey(suggested => suggested.JobId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<AnnotationModel>().WithMany().HasForeignKey(suggested => suggested.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ObjectWorkMapping : IEntityTypeConfiguration<ObjectWork>
{
    public void Configure(EntityTypeBuilder<ObjectWork> builder)
    {
        builder.ToTable("object_work");
        builder.HasKey(work => new { work.JobId, work.ObjectId });
        builder.HasOne<AnnotationJob>().WithMany().HasForeignKey(work => work.JobId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<AnnotationModel>().WithMany().HasForeignKey(work => work.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Label>().WithMany().HasForeignKey(work => work.LabelId).OnDelete(DeleteBehavior.Cascade);
    }
}
