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
